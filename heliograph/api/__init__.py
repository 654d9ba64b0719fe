"""The HTTP interface: shapes of requests and answers, keys, problem documents. Translates, decides nothing."""
