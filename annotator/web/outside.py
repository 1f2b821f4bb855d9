"""How many requests of a process may wait for somebody else's server at a time.

Each holds one of the few threads for as long as the other side takes; the rest of them serve people.
"""

from threading import BoundedSemaphore

AT_ONCE = 2
BUSY_SECONDS = "10"
"""When one that found no place may try again."""
reading = BoundedSemaphore(AT_ONCE)
