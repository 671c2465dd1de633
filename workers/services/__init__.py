"""The use cases; actors, CLI and panel are skins over these."""
