"""What a process does that lives long, once its code is loaded."""

import gc


def settle() -> None:
    """Spare what is loaded from every later collection of garbage: to look through these hundred thousand
    objects, which stay, halts all threads for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
