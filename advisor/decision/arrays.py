"""Arrays by what they hold; `numpy.typing` would say it better, but takes long to import."""

import numpy as np

Floats = Integers = Booleans = np.ndarray
