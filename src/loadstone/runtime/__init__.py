"""The code that loads and predicts inside the model's environment, on Python 3.6 and newer.

It imports nothing of Loadstone and nothing beyond the standard library, numpy and the one
framework at hand, so that a rebuilt environment and the current process run the same code.
"""

MANIFEST = "loadstone.json"  # of a bundle, whoever reads it
