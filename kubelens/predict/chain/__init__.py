"""What would exist: objects as the API server stores them, the Pods controllers make of them, and where those land.

Each question asks the one above it: ``Stored``, ``PodsOf``, ``Admitted``, ``Placed``. A refusal goes down with its sentence.
"""
