"""Stops sanctioned money in payroll and payment streams."""

from importlib.metadata import version

__version__ = version("streamer")
