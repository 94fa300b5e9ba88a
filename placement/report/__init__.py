"""Tell people what a plan is like: tables for a terminal, and a page for a browser."""

from placement.report.page import page

__all__ = ["page"]
