"""The engine under faults: the real code over fakes of AWS and providers, with a virtual clock and numbered sites."""
