"""Signature, witnesses, preprocessing and coverage."""
