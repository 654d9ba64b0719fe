"""The stack, read from top to bottom: what is kept, what waits, what works, what is open, what watches."""

from aws_cdk import CfnOutput, DefaultStackSynthesizer, Stack
from constructs import Construct

from heliograph.names import Function, parameters_root, stack_name
from heliograph.settings import Settings
from infra.cdk.alarms import Alarms
from infra.cdk.api import Api
from infra.cdk.dashboard import Dashboard
from infra.cdk.files import Files
from infra.cdk.functions import Handler
from infra.cdk.grants import Grants
from infra.cdk.layer import Layer
from infra.cdk.mail_events import MailEvents
from infra.cdk.options import Options
from infra.cdk.permissions import ACCESS
from infra.cdk.queues import Queues
from infra.cdk.schedules import Schedules
from infra.cdk.snap_start import callable_of
from infra.cdk.table import Table
from infra.cdk.text_events import TextEvents
from infra.cdk.urls import links, publish, webhooks
from infra.cdk.working import work


class HeliographStack(Stack):
    """Everything that one stage is."""

    def __init__(self, scope: Construct, options: Options) -> None:
        self.name = stack_name(options.stage)
        self.options = options
        super().__init__(
            scope,
            self.name,
            description=f"Heliograph, stage {options.stage}",
            termination_protection=not options.disposable,
            # The CDK CLI checks the bootstrap by itself; without the rule other tools can read the template too.
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        # W3005: CDK makes functions wait for their roles, which they refer to anyway; harmless, and not ours to change.
        self.template_options.metadata = {"cfn-lint": {"config": {"ignore_checks": ["W3005"]}}}
        self.table = Table(self, options)
        self.files = Files(self, options)
        visibility = Settings.model_construct(work_timeout=options.work_timeout).visibility
        self.queues = Queues(self, visibility=visibility)
        self.schedules = Schedules(self, group_name=self.name, dead_letters=self.queues.dead_letters)
        mails = MailEvents(self, configuration_set=self.name, queues=self.queues)
        TextEvents(self, configuration_set=self.name, topic=mails.topic)
        self.functions = self._functions()
        self._connect()
        self._open()
        self._watch()

    def _functions(self) -> dict[Function, Handler]:
        layer = Layer(self)
        settings = self._settings()
        # It learns its own ARN when it runs: as a variable that would be a cycle.
        own = settings.model_copy(update={"schedule_role_arn": self.schedules.role.role_arn})
        healing = own.model_copy(update={"dead_letters_url": self.queues.dead_letters.queue_url})
        scheduler = Handler(self, Function.SCHEDULER, settings=healing, options=self.options, layer=layer)
        waking = own.model_copy(update={"scheduler_arn": scheduler.function_arn})
        functions = {Function.SCHEDULER: scheduler}
        for function in Function:
            if function is not Function.SCHEDULER:
                chosen = waking if ACCESS[function].schedules else settings
                functions[function] = Handler(self, function, settings=chosen, options=self.options, layer=layer)
        return functions

    def _settings(self) -> Settings:
        return Settings(
            stage=self.options.stage,
            table=self.table.table_name,
            critical_queue_url=self.queues.critical.queue_url,
            normal_queue_url=self.queues.normal.queue_url,
            events_queue_url=self.queues.events.queue_url,
            schedule_group=self.name,
            configuration_set=self.name,
            files_bucket=self.files.bucket_name,
            work_timeout=self.options.work_timeout,
            hold=self.options.hold,
            workers=2 * self.options.worker_concurrency,
            private_networks=self.options.private_networks,
        )

    def _connect(self) -> None:
        grants = Grants(
            stack=self,
            table=self.table,
            files=self.files,
            queues=self.queues,
            schedules=self.schedules,
            parameters=parameters_root(self.options.stage),
            configuration_set=self.name,
        )
        for function, handler in self.functions.items():
            for statement in grants.statements(ACCESS[function]):
                handler.add_to_role_policy(statement)
        for function, queue in self.queues.workers.items():
            work(self.functions[function], queue, concurrency=self.options.worker_concurrency)
        self.schedules.wake(self.functions[Function.SCHEDULER])

    def _open(self) -> None:
        called = {name: callable_of(self.functions[name]) for name in (Function.SEND, Function.MANAGE)}
        urls = {
            "api": Api(self, self.options, called).url,
            "webhooks": webhooks(self, self.functions[Function.INTAKE], self.options),
            "links": links(self, self.functions[Function.LINKS], self.options),
        }
        publish(self, parameters_root(self.options.stage), urls)

    def _watch(self) -> None:
        runbooks = self.options.runbooks_url
        alarms = Alarms(
            self,
            email=self.options.alarm_email,
            queues=self.queues,
            functions=self.functions,
            runbooks=runbooks,
        )
        Dashboard(
            self,
            table=self.table,
            queues=self.queues,
            functions=self.functions,
            alarms=alarms.all,
            runbooks=runbooks,
        )
        CfnOutput(self, "TableName", value=self.table.table_name)
        CfnOutput(self, "FilesBucketName", value=self.files.bucket_name)
        CfnOutput(self, "AlarmTopicArn", value=alarms.topic.topic_arn)
