"""Keras 2 and 3: live models, their files, and the classes and functions of their own."""
