"""Cloud Window, tested: what people see, on real engines."""
