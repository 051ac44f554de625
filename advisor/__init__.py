"""Advises between PyTorch and Keras from answers, cited facts and measurements on the machine at hand."""

__version__ = "0.1.0"
