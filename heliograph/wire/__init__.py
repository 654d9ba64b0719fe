"""What crosses the wire between a vendor and us: what all providers need of it, and nothing that only one does.

doors        by which way an event may come: webhook or bus
proofs       HMAC, hashes, plain secrets and ages; refuses and never crashes
public_keys  ECDSA and Ed25519
jwt          claims that a shared secret has signed
basic_auth   what a vendor that signs nothing signs in with
standard_webhooks  the signature of Standard Webhooks and of Svix
mailboxes    mail addresses with display names
addresses    which of them may be called when somebody else chose the host
urls         the spellings of a URL that may have been signed
reading      JSON and forms from strangers, of which nothing is believed
batches      many events in one request, none of which can lose the others
tables       what a vendor's words mean
times        a vendor's times, aware and in UTC
machines     opens by proxies, known by their user agent
masking      what may be kept: words and events without anybody's address
refusals     HTTP status and vendor's code -> ProviderError
aws          the same for the AWS SDK

Importing this imports none of them, so that a provider loads what it uses and no more.
"""
