"""Other services' requests and answers, as translations of ours: one file a vendor."""
