"""Services, Ingresses and policies."""
