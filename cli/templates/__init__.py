"""Templates as code: a folder of files, and the service's drafts beside it. See docs/templates-as-code.md."""
