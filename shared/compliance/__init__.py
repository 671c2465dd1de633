"""May this be sent now? One rule a file, each from Facts to a verdict; chain.py is the policy."""
