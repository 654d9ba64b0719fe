"""The bucket of the files that go with mails. It costs nothing while it is empty."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from heliograph.names import FILES, KEEP_TAG, KEPT_DAYS, UPLOAD_DAYS, UPLOADS
from infra.cdk.options import Options


class Files(s3.Bucket):
    """Private, encrypted by S3's own key, reached by TLS only; everything in it goes after its time.

    No versions: what is erased must be gone. Removed with a disposable stage once it is empty, kept with the others.
    """

    def __init__(self, scope: Construct, options: Options) -> None:
        super().__init__(
            scope,
            "Files",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            lifecycle_rules=list(_rules()),
            removal_policy=RemovalPolicy.DESTROY if options.disposable else RemovalPolicy.RETAIN,
        )


def _rules() -> list[s3.LifecycleRule]:
    uploads = s3.LifecycleRule(
        id="uploads",
        prefix=f"{UPLOADS}/",
        expiration=Duration.days(UPLOAD_DAYS),
        abort_incomplete_multipart_upload_after=Duration.days(UPLOAD_DAYS),
    )
    kept = [
        s3.LifecycleRule(
            id=f"files-{days}", prefix=f"{FILES}/", tag_filters={KEEP_TAG: str(days)}, expiration=Duration.days(days)
        )
        for days in KEPT_DAYS
    ]
    return [uploads, *kept]
