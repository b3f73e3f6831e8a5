"""What runs inside the sandbox: the standard library and NumPy are all it may import.

The directory is bound read-only into the sandbox, where nothing else of this package exists.
"""
