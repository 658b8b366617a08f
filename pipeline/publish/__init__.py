"""Write a release: staged, made durable, read back, renamed into place, and only then pointed to."""

from pipeline.publish.disk import latest_release
from pipeline.publish.release import Release, publish

__all__ = ["Release", "latest_release", "publish"]
