"""The calculators that come with the site: one module each, all of them in the registry."""
