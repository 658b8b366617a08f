"""A thin Prefect coat over pipeline.run: the same work, seen and triggered from a Prefect server."""

from flows.settings import apply_settings

apply_settings()
