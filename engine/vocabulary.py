"""The words that other tools write into a drawing, and what each of them means here."""

from __future__ import annotations

CAMUNDA = ("http://camunda.org/schema/1.0/bpmn", "http://flowable.org/bpmn", "http://activiti.org/bpmn")
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"

# Drawing tools keep colours, translations, simulation figures and their own properties beside the elements. None of it
# was ever meant to run: it stays in the file and nothing is said of it.
DRAWING_TOOLS = (
    "http://www.omg.org/spec/BPMN/non-normative/", "http://www.bpsim.org/", "http://bpmn.io/", "http://www.signavio.com",
    "http://www.bizagi.com/", "http://www.trisotech.com/", "http://trisotech.com/", "http://www.boc-group.com",
    "http://www.softwareag.com/", "http://www.ids-scheer.com/", "http://www.visual-paradigm.com/",
    "http://www.sparxsystems.com", "http://camunda.org/schema/modeler/", "http://flowable.org/modeler",
    "http://flowable.org/design", "http://www.igrafx.com", "http://www.itp-commerce.com/", "http://www.w4.eu/spec/",
    "http://bpmn.sourceforge.net", "http://www.yaoqiang.org", "http://www.mid.de/", "http://www.qualigraf.hu",
    "http://www.w3.org/",
)  # fmt: skip

# Attributes of Camunda 7, Flowable and Activiti, by our name for the same.
ATTRIBUTES = {
    "formKey": "form",
    "formRef": "form",
    "decisionRef": "decision",
    "candidateGroups": "lane",
    "collection": "collection",
    "elementVariable": "item",
    "topic": "service",
}
# Attributes of Zeebe's extension elements.
ZEEBE_WORDS = {
    ("formDefinition", "formId"): "form",
    ("formDefinition", "formKey"): "form",
    ("calledDecision", "decisionId"): "decision",
    ("taskDefinition", "type"): "service",
    ("calledElement", "processId"): "called",
    ("assignmentDefinition", "candidateGroups"): "lane",
    ("loopCharacteristics", "inputCollection"): "collection",
    ("loopCharacteristics", "inputElement"): "item",
}
_ROLE = "who does a task is chosen in the inbox of its lane's role"
_DATA = "a form, a table and a condition read the case's data as they are"
_RESULT = "a result is stored under the id of its element"
_REPEATED = "the results of a repeated element are a list under its id"
_FORM = "the fields of a task are in its form, forms/<task id>.json"
_CALLS = "how often a call is tried again is said once for each service"
# Attributes, extension elements and attributes of those that have no counterpart, and why.
ELSEWHERE = {
    "assignee": _ROLE,
    "candidateUsers": _ROLE,
    "dueDate": "dates come from deadlines.toml, where a deadline names the tasks that it is shown on",
    "followUpDate": "a caseworker puts a task on hold until a day",
    "priority": "the inbox is ordered by due date",
    "priorityDefinition": "the inbox is ordered by due date",
    "resultVariable": _RESULT,
    "resultVariableName": _RESULT,
    "mapDecisionResult": "a decision's result is stored as a context of its outputs",
    "outputCollection": _REPEATED,
    "outputElement": _REPEATED,
    "skipExpression": "a task is skipped by a gateway in front of it",
    "formData": _FORM,
    "formProperty": _FORM,
    "userTaskForm": _FORM,
    "inputOutput": _DATA,
    "ioMapping": _DATA,
    "out": "what a called part gives back is in its process.toml",
    "properties": "properties are for the tool that wrote them",
    "taskHeaders": "what a service needs to know is its input",
    "failedJobRetryTimeCycle": _CALLS,
    "retries": _CALLS,
    "calledElementBinding": "the version of a called part is fixed when its caller is published",
    "calledElementVersion": "the version of a called part is fixed when its caller is published",
}
# How another engine runs what we run in one transaction: nothing is lost by not reading it.
SETTINGS = frozenset(
    {
        "async", "asyncBefore", "asyncAfter", "exclusive", "jobPriority", "initiator", "formFieldValidation", "type",
        "taskPriority", "decisionRefBinding", "decisionRefVersion", "isStartableInTasklist", "historyTimeToLive",
        "versionTag", "userTask", "propagateAllChildVariables", "propagateAllParentVariables", "calledElementType",
        "sameDeployment", "useLocalScopeForResultVariable", "triggerable", "includeInHistory",
    }
)  # fmt: skip
