"""Serving: gunicorn with threads, started from the command line without a configuration file."""

import errno
import os
import socket
from typing import Any

from gunicorn.app.base import BaseApplication

from annotator.app import Annotator
from annotator.services import watch
from annotator.storage.database import db

GRACE_SECONDS = 20


class CannotServe(RuntimeError):
    """The server cannot start; the message is one clear line."""


class Server(BaseApplication):  # type: ignore[misc]
    """A gunicorn arbiter for one application; the code is loaded once and shared by the workers."""

    def __init__(self, app: Annotator, options: dict[str, Any]) -> None:
        """Keep what gunicorn asks for."""
        self.flask, self.options = app, options
        super().__init__()

    def load_config(self) -> None:
        """Hand the options over."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Annotator:
        """Return the application."""
        return self.flask


def check_address(host: str, port: int) -> None:
    """Raise CannotServe if nothing can listen at `host`:`port`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotServe(
                    f"Port {port} on {host} is busy: stop what runs there, or choose another with --port {port + 1}"
                ) from error
            raise CannotServe(f"Can’t listen on {host} port {port}: {error.strerror}") from error


def serve(app: Annotator, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until told to stop (Ctrl+C or SIGTERM); requests under way are finished first."""
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "worker_class": "gthread",
        "workers": workers,
        "threads": threads,
        "preload_app": True,
        "graceful_timeout": GRACE_SECONDS,
        "timeout": 120,
        "keepalive": 30,
        "loglevel": os.environ.get("ANNOTATOR_LOG_LEVEL", "warning"),
        "proc_name": "annotator",
        "limit_request_line": 8190,
        "limit_request_fields": 100,
        "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: PTH112, S108
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
        "post_worker_init": lambda _worker: watch_for_jobs(app),
        "worker_exit": lambda _server, _worker: watch.end(),
    }
    with app.app_context():
        db.engine.dispose()  # a connection must not be shared by forked workers
    Server(app, options).run()


def watch_for_jobs(app: Annotator) -> None:
    """Let a server process watch for jobs, which run in a process of their own."""
    with app.app_context():
        watch.begin(db.engine)
