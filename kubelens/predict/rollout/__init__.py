"""The controllers: how a change rolls out, step by step."""
