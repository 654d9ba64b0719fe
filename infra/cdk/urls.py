"""Public base URLs: the function URLs for webhooks and links, and the parameters that tell every function all three."""

from aws_cdk import CfnOutput, Fn
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from heliograph.names import URLS
from infra.cdk.edge import Edge
from infra.cdk.functions import Handler
from infra.cdk.options import Options


def webhooks(scope: Construct, handler: Handler, options: Options) -> str:
    """Open the webhook intake to the world and return its base URL."""
    return _open(scope, "Webhooks", handler, options.webhooks_domain, options.edge_certificate)


def links(scope: Construct, handler: Handler, options: Options) -> str:
    """Open the tracked links to the world and return their base URL."""
    return _open(scope, "Links", handler, options.links_domain, options.edge_certificate)


def publish(scope: Construct, root: str, urls: dict[str, str]) -> None:
    """Write the base URLs where functions read them at run time, and into the outputs.

    Parameters and not variables: a function whose environment named its own URL would be a cycle.
    """
    for name, url in urls.items():
        path = f"{root}/{URLS}/{name}"
        ssm.StringParameter(scope, f"{name.title()}UrlParameter", parameter_name=path, string_value=url)
        CfnOutput(scope, f"{name.title()}Url", value=url)


def _open(scope: Construct, name: str, handler: Handler, domain: str, certificate: str) -> str:
    # Who calls is proven by the provider's signature or by our signed token, not by IAM.
    url = handler.add_function_url(auth_type=lambda_.FunctionUrlAuthType.NONE)
    if domain:
        Edge(scope, name, domain=domain, certificate=certificate, origin=url)
        return f"https://{domain}"
    # The attribute ends with a slash: take the host out of `https://host/`.
    return f"https://{Fn.select(2, Fn.split('/', url.url))}"
