"""Kernels that run submissions in a sandbox, with limits and restarts."""

from .client import ONE_THREAD

__all__ = ["ONE_THREAD"]
