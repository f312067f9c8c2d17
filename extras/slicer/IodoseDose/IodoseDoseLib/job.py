"""Work in a thread beside the one of the user interface; nothing here needs Slicer."""

import threading


class Cancelled(Exception):
    """The user took the work back."""


class Job:
    """A call of the engine in a thread of its own, looked after by polling.

    `work(progress)` is called in that thread and must not touch the scene; `progress(decays, expected, uncertainty)` ends it by
    an exception once the job is cancelled.
    """

    def __init__(self, work):
        self._cancelled = threading.Event()
        self._latest = None
        self._result = None
        self._error = None
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work):
        try:
            self._result = work(self._progress)
        except BaseException as error:
            self._error = error

    def _progress(self, decays, expected, uncertainty):
        self._latest = (decays, expected, uncertainty)
        if self._cancelled.is_set():
            raise Cancelled

    def poll(self, seconds=0.02):
        """Whether the job has ended; a cancelled one has at once, while the engine stops by itself a little later.

        The wait matters: it gives the interpreter's lock to the thread of the job, which an event loop in C++ may hold otherwise.
        """
        self._thread.join(seconds)
        return self._cancelled.is_set() or not self._thread.is_alive()

    def cancel(self):
        """Takes the work back."""
        self._cancelled.set()

    @property
    def latest(self):
        """(decays simulated, decays expected, uncertainty reached or None), or None before the first of it is known."""
        return self._latest

    def result(self):
        """What the work gave, after `poll` said that the job has ended; its error, or `Cancelled`, is raised."""
        if self._cancelled.is_set():
            raise Cancelled
        if self._error is not None:
            raise self._error
        return self._result
