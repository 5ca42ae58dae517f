"""What a Kubernetes object is: decoded values, resources, bundles, and the facts about the API."""
