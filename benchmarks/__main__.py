"""All the benchmarks, one after another: ``python -m benchmarks``."""

from benchmarks import denormals, digits, imports, layers, numerical_gradient, training_step

for benchmark in (training_step, digits, denormals, numerical_gradient, imports, layers):
    benchmark.main()
