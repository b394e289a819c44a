"""TensorFlow: modules and objects with signatures, and SavedModels of any live model."""
