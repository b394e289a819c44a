"""A saved model loads and predicts what it predicted, or Loadstone says exactly why not."""
