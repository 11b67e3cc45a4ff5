"""Tools for what people do after the automatic grading: objections and shared marking."""
