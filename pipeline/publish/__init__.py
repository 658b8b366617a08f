"""Write a release: staged, made durable, renamed into place, and only then pointed to."""

from pipeline.publish.release import Release, latest_release, publish

__all__ = ["Release", "latest_release", "publish"]
