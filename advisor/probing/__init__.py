"""Finds interpreters, runs the probes in child processes and summarises what they measured."""
