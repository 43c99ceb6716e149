BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('00699ecd-fa79-45f6-be58-b1e39b6462a4','1',1795604814000,1795604814000,'okr-bot');
CREATE TABLE changes (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	team_id VARCHAR(32) NOT NULL, 
	entry_id TEXT NOT NULL, 
	act VARCHAR(16) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	channel_id VARCHAR(32) NOT NULL, 
	way VARCHAR(16) NOT NULL, 
	objective_id VARCHAR(64) NOT NULL, 
	former_id VARCHAR(64) NOT NULL, 
	undoes TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	"before" TEXT, 
	"after" TEXT, 
	snapshot TEXT, 
	UNIQUE (team_id, entry_id)
);
CREATE TABLE claims (
	team_id VARCHAR(32) NOT NULL, 
	objective_id TEXT NOT NULL, 
	work_id TEXT NOT NULL, 
	made_at DATETIME NOT NULL, 
	PRIMARY KEY (team_id, objective_id)
);
CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO "dbos_migrations" VALUES(125);
CREATE TABLE executors (
	executor_id VARCHAR(255) NOT NULL, 
	role VARCHAR(32) NOT NULL, 
	seen_at DOUBLE NOT NULL, 
	taken_by VARCHAR(255) NOT NULL, 
	PRIMARY KEY (executor_id)
);
CREATE TABLE forms (
	team_id VARCHAR(32) NOT NULL, 
	form_id VARCHAR(32) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	content TEXT NOT NULL, 
	made_at DATETIME NOT NULL, 
	PRIMARY KEY (team_id, form_id)
);
CREATE TABLE last_lists (
	team_id VARCHAR(32) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	first INTEGER NOT NULL, 
	objective_ids TEXT NOT NULL, 
	PRIMARY KEY (team_id, user_id)
);
CREATE TABLE notifications (
    message_uuid TEXT NOT NULL DEFAULT (hex(randomblob(16))) PRIMARY KEY,
    destination_uuid TEXT NOT NULL,
    topic TEXT,
    message TEXT NOT NULL,
    created_at_epoch_ms INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000), "serialization" TEXT DEFAULT NULL, "consumed" BOOLEAN NOT NULL DEFAULT FALSE, consumed_by_function_id INTEGER,
    FOREIGN KEY (destination_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE okr_account (
	one INTEGER NOT NULL, 
	id TEXT DEFAULT '' NOT NULL, 
	user_id TEXT DEFAULT '' NOT NULL, 
	created_at TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (one)
);
CREATE TABLE okr_assignees (
	id TEXT NOT NULL, 
	type TEXT DEFAULT '' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	name_key TEXT DEFAULT '' NOT NULL, 
	first_name TEXT DEFAULT '' NOT NULL, 
	last_name TEXT DEFAULT '' NOT NULL, 
	email TEXT, 
	email_key TEXT, 
	description TEXT DEFAULT '' NOT NULL, 
	picture TEXT DEFAULT '' NOT NULL, 
	avatar TEXT DEFAULT '' NOT NULL, 
	color TEXT DEFAULT '' NOT NULL, 
	parent_id TEXT DEFAULT '' NOT NULL, 
	manager_id TEXT DEFAULT '' NOT NULL, 
	subscription_type TEXT DEFAULT 'regular' NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	created_at TEXT DEFAULT '' NOT NULL, 
	modified_at TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT okr_assignees_email UNIQUE (email_key)
);
CREATE TABLE okr_check_ins (
	id TEXT NOT NULL, 
	metric_id TEXT DEFAULT '' NOT NULL, 
	value DOUBLE NOT NULL, 
	confidence DOUBLE, 
	comment TEXT DEFAULT '' NOT NULL, 
	custom_fields TEXT DEFAULT '{}' NOT NULL, 
	changed_by TEXT DEFAULT '' NOT NULL, 
	checked_in_at TEXT DEFAULT '' NOT NULL, 
	created_at TEXT DEFAULT '' NOT NULL, 
	updated_at TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE okr_goal_tags (
	goal_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	tag_id TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (goal_id, position)
);
CREATE TABLE okr_goals (
	id TEXT NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	name_key TEXT DEFAULT '' NOT NULL, 
	description TEXT DEFAULT '' NOT NULL, 
	session_id TEXT DEFAULT '' NOT NULL, 
	owner_id TEXT DEFAULT '' NOT NULL, 
	parent_id TEXT DEFAULT '' NOT NULL, 
	former_parent_id TEXT DEFAULT '' NOT NULL, 
	date_from TEXT DEFAULT '' NOT NULL, 
	date_to TEXT DEFAULT '' NOT NULL, 
	attainment DOUBLE NOT NULL, 
	attainment_type TEXT DEFAULT 'average_kr' NOT NULL, 
	closed_status TEXT DEFAULT 'active' NOT NULL, 
	metrics_count INTEGER NOT NULL, 
	custom_fields TEXT DEFAULT '{}' NOT NULL, 
	access TEXT, 
	created_by TEXT DEFAULT '' NOT NULL, 
	created_at TEXT DEFAULT '' NOT NULL, 
	modified_at TEXT DEFAULT '' NOT NULL, 
	deleted_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE okr_metrics (
	id TEXT NOT NULL, 
	goal_id TEXT DEFAULT '' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	name_key TEXT DEFAULT '' NOT NULL, 
	description TEXT DEFAULT '' NOT NULL, 
	owner_id TEXT DEFAULT '' NOT NULL, 
	initial_value DOUBLE NOT NULL, 
	target DOUBLE NOT NULL, 
	actual DOUBLE NOT NULL, 
	critical DOUBLE, 
	target_operator TEXT DEFAULT 'at_least' NOT NULL, 
	manual_type TEXT DEFAULT 'double' NOT NULL, 
	format TEXT DEFAULT '{}' NOT NULL, 
	due_date TEXT DEFAULT '' NOT NULL, 
	soft_due_date TEXT DEFAULT '' NOT NULL, 
	attainment DOUBLE NOT NULL, 
	confidence DOUBLE, 
	confidence_reason TEXT DEFAULT '' NOT NULL, 
	confidence_user_id TEXT DEFAULT '' NOT NULL, 
	confidence_date TEXT DEFAULT '' NOT NULL, 
	checked_in_at TEXT DEFAULT '' NOT NULL, 
	order_id INTEGER NOT NULL, 
	custom_fields TEXT DEFAULT '{}' NOT NULL, 
	links TEXT DEFAULT '{}' NOT NULL, 
	created_by TEXT DEFAULT '' NOT NULL, 
	created_at TEXT DEFAULT '' NOT NULL, 
	modified_at TEXT DEFAULT '' NOT NULL, 
	deleted_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE okr_owners (
	item_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	owner_id TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (item_id, position)
);
CREATE TABLE okr_server_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT okr_server_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "okr_server_version" VALUES('0002');
CREATE TABLE okr_sessions (
	id TEXT NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	starts_at TEXT DEFAULT '' NOT NULL, 
	ends_at TEXT DEFAULT '' NOT NULL, 
	status TEXT DEFAULT 'open' NOT NULL, 
	parent_id TEXT DEFAULT '' NOT NULL, 
	access TEXT, 
	is_automatic BOOLEAN NOT NULL, 
	created_at TEXT DEFAULT '' NOT NULL, 
	modified_at TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE okr_tags (
	id TEXT NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	title_key TEXT DEFAULT '' NOT NULL, 
	created_at TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT okr_tags_title UNIQUE (title_key)
);
CREATE TABLE okr_team_members (
	team_id TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	PRIMARY KEY (team_id, user_id)
);
CREATE TABLE "operation_outputs" (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    function_name TEXT NOT NULL DEFAULT '',
    output TEXT,
    error TEXT,
    child_workflow_id TEXT,
    started_at_epoch_ms INTEGER,
    completed_at_epoch_ms INTEGER,
    serialization TEXT,
    application_name TEXT DEFAULT NULL,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    PRIMARY KEY (workflow_uuid, function_id)
);
INSERT INTO "operation_outputs" VALUES('T0KILLS:command.2',1,'decide','{"plan":{"submission":{"asker":{"team_id":"T0KILLS","user_id":"U000002","channel_id":"C0COMMANDS"},"id":"T0KILLS:command.2","way":"command"},"act":"create","made":"2026-11-25T11:06:54.872571+00:00","objective_id":"","draft":{"name":"Typed to an old version","session_id":"64b0c0ffee00000000000001","owner_id":"64b0c0ffee00000000000004","tags":[],"description":""},"patch":null,"before":null,"snapshot":null,"undoes":""}}',NULL,NULL,1795604814862,1795604814875,'portable_json','okr-bot',1795604814000);
INSERT INTO "operation_outputs" VALUES('T0KILLS:command.2',2,'carry out','{"again":"Quantive has a problem of its own at the moment (error 503). It is not known whether the change was made: look before trying again.","is_ambiguous":true}',NULL,NULL,1795604814895,1795604814901,'portable_json','okr-bot',1795604814000);
INSERT INTO "operation_outputs" VALUES('T0KILLS:command.2',3,'write',NULL,NULL,'T0KILLS:command.2+1',1795604814904,1795604814906,NULL,'okr-bot',1795604814000);
INSERT INTO "operation_outputs" VALUES('T0KILLS:command.2+1',1,'carry out','{"again":"Quantive has a problem of its own at the moment (error 503). It is not known whether the change was made: look before trying again.","is_ambiguous":true}',NULL,NULL,1795604816706,1795604816717,'portable_json','okr-bot',1795604816000);
INSERT INTO "operation_outputs" VALUES('T0KILLS:command.2+1',2,'write',NULL,NULL,'T0KILLS:command.2+2',1795604816719,1795604816721,NULL,'okr-bot',1795604816000);
INSERT INTO "operation_outputs" VALUES('T0KILLS:command.2+2',1,'carry out','{"again":"Quantive has a problem of its own at the moment (error 503). It is not known whether the change was made: look before trying again.","is_ambiguous":true}',NULL,NULL,1795604819770,1795604819773,'portable_json','okr-bot',1795604819000);
INSERT INTO "operation_outputs" VALUES('T0KILLS:command.2+2',2,'write',NULL,NULL,'T0KILLS:command.2+3',1795604819775,1795604819776,NULL,'okr-bot',1795604819000);
INSERT INTO "operation_outputs" VALUES('T0KILLS:V000001',1,'decide','{"plan":{"submission":{"asker":{"team_id":"T0KILLS","user_id":"U000001","channel_id":"C000001"},"id":"T0KILLS:V000001","way":"form"},"act":"create","made":"2026-11-25T11:06:59.786668+00:00","objective_id":"","draft":{"name":"Sent off in the form of an old version","session_id":"64b0c0ffee00000000000001","owner_id":"64b0c0ffee00000000000003","tags":[],"description":"Why it matters"},"patch":null,"before":null,"snapshot":null,"undoes":""}}',NULL,NULL,1795604819783,1795604819786,'portable_json','okr-bot',1795604819000);
CREATE TABLE origins (
	team_id VARCHAR(32) NOT NULL, 
	view_id VARCHAR(64) NOT NULL, 
	response_url TEXT NOT NULL, 
	made_at DATETIME NOT NULL, 
	PRIMARY KEY (team_id, view_id)
);
CREATE TABLE paces (
	name VARCHAR(255) NOT NULL, 
	full_at DOUBLE NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE people (
	team_id VARCHAR(32) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	person_id VARCHAR(64) NOT NULL, 
	bound_at DATETIME NOT NULL, 
	PRIMARY KEY (team_id, user_id), 
	UNIQUE (team_id, person_id)
);
INSERT INTO "people" VALUES('T0KILLS','U000002','64b0c0ffee00000000000004','2026-11-25 11:06:54.870448');
INSERT INTO "people" VALUES('T0KILLS','U000001','64b0c0ffee00000000000003','2026-11-25 11:06:59.786270');
CREATE TABLE purges (
	"before" DATETIME NOT NULL, 
	PRIMARY KEY ("before")
);
CREATE TABLE queues (
    queue_id TEXT PRIMARY KEY DEFAULT (hex(randomblob(16))),
    name TEXT NOT NULL UNIQUE,
    concurrency INTEGER,
    worker_concurrency INTEGER,
    rate_limit_max INTEGER,
    rate_limit_period_sec REAL,
    priority_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    partition_queue BOOLEAN NOT NULL DEFAULT FALSE,
    polling_interval_sec REAL NOT NULL DEFAULT 1.0,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL, "partition_concurrency" INTEGER DEFAULT NULL, "partition_worker_concurrency" INTEGER DEFAULT NULL, "partition_rate_limit_max" INTEGER DEFAULT NULL, "partition_rate_limit_period_sec" REAL DEFAULT NULL);
INSERT INTO "queues" VALUES('445DEEA74414A4E9DEE4D1426A4A892C','later',NULL,8,NULL,NULL,1,0,0.5,1795604814000,1795604814701,'okr-bot',NULL,NULL,NULL,NULL);
CREATE TABLE short_ids (
	team_id VARCHAR(32) NOT NULL, 
	short_id VARCHAR(32) NOT NULL, 
	objective_id VARCHAR(64) NOT NULL, 
	PRIMARY KEY (team_id, short_id), 
	UNIQUE (team_id, objective_id)
);
CREATE TABLE streams (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    "offset" INTEGER NOT NULL, function_id INTEGER NOT NULL DEFAULT 0, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key, "offset"),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events_history (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, function_id, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_input (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    inputs TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_input" VALUES('T0KILLS:command.2','{"namedArgs":{},"positionalArgs":["bot",{"id":"T0KILLS:command.2","at":"2026-11-25T11:06:54.848572+00:00","team":"T0KILLS","user":"U000002","channel":"C0COMMANDS","response_url":"gAAAAABrBsFOJDlq9yvxObSR72rN3o9ybSJq2yXTssiK7J-qX-Dnxuf46Dt2NQHNa8MxpAmqMhVknHKNgkWKKyYL3I47ahsrxaG7OqN29W4D9tjJn8xm88-S-I2AIAWFoWvXoSQKSG4Y","trigger":"command.2","view":"","swaps":false,"is_command":true,"kind":"line","line":"create Typed to an old version","is_pressed":false},{}]}',1795604814000);
INSERT INTO "workflow_input" VALUES('T0KILLS:command.2+1','{"namedArgs":{},"positionalArgs":["bot",{"id":"T0KILLS:command.2","at":"2026-11-25T11:06:54.848572+00:00","team":"T0KILLS","user":"U000002","channel":"C0COMMANDS","response_url":"gAAAAABrBsFOJDlq9yvxObSR72rN3o9ybSJq2yXTssiK7J-qX-Dnxuf46Dt2NQHNa8MxpAmqMhVknHKNgkWKKyYL3I47ahsrxaG7OqN29W4D9tjJn8xm88-S-I2AIAWFoWvXoSQKSG4Y","trigger":"command.2","view":"","swaps":false,"is_command":true,"kind":"line","line":"create Typed to an old version","is_pressed":false,"is_said":false},{"plan":{"submission":{"asker":{"team_id":"T0KILLS","user_id":"U000002","channel_id":"C0COMMANDS"},"id":"T0KILLS:command.2","way":"command"},"act":"create","made":"2026-11-25T11:06:54.872571+00:00","objective_id":"","draft":{"name":"Typed to an old version","session_id":"64b0c0ffee00000000000001","owner_id":"64b0c0ffee00000000000004","tags":[],"description":""},"patch":null,"before":null,"snapshot":null,"undoes":""},"is_ambiguous":true,"tries":1,"runs":1}]}',1795604814000);
INSERT INTO "workflow_input" VALUES('T0KILLS:command.2+2','{"namedArgs":{},"positionalArgs":["bot",{"id":"T0KILLS:command.2","at":"2026-11-25T11:06:54.848572+00:00","team":"T0KILLS","user":"U000002","channel":"C0COMMANDS","response_url":"gAAAAABrBsFOJDlq9yvxObSR72rN3o9ybSJq2yXTssiK7J-qX-Dnxuf46Dt2NQHNa8MxpAmqMhVknHKNgkWKKyYL3I47ahsrxaG7OqN29W4D9tjJn8xm88-S-I2AIAWFoWvXoSQKSG4Y","trigger":"command.2","view":"","swaps":false,"is_command":true,"kind":"line","line":"create Typed to an old version","is_pressed":false,"is_said":false},{"plan":{"submission":{"asker":{"team_id":"T0KILLS","user_id":"U000002","channel_id":"C0COMMANDS"},"id":"T0KILLS:command.2","way":"command"},"act":"create","made":"2026-11-25T11:06:54.872571+00:00","objective_id":"","draft":{"name":"Typed to an old version","session_id":"64b0c0ffee00000000000001","owner_id":"64b0c0ffee00000000000004","tags":[],"description":""},"patch":null,"before":null,"snapshot":null,"undoes":""},"is_ambiguous":true,"tries":2,"runs":2}]}',1795604816000);
INSERT INTO "workflow_input" VALUES('T0KILLS:command.2+3','{"namedArgs":{},"positionalArgs":["bot",{"id":"T0KILLS:command.2","at":"2026-11-25T11:06:54.848572+00:00","team":"T0KILLS","user":"U000002","channel":"C0COMMANDS","response_url":"gAAAAABrBsFOJDlq9yvxObSR72rN3o9ybSJq2yXTssiK7J-qX-Dnxuf46Dt2NQHNa8MxpAmqMhVknHKNgkWKKyYL3I47ahsrxaG7OqN29W4D9tjJn8xm88-S-I2AIAWFoWvXoSQKSG4Y","trigger":"command.2","view":"","swaps":false,"is_command":true,"kind":"line","line":"create Typed to an old version","is_pressed":false,"is_said":true},{"plan":{"submission":{"asker":{"team_id":"T0KILLS","user_id":"U000002","channel_id":"C0COMMANDS"},"id":"T0KILLS:command.2","way":"command"},"act":"create","made":"2026-11-25T11:06:54.872571+00:00","objective_id":"","draft":{"name":"Typed to an old version","session_id":"64b0c0ffee00000000000001","owner_id":"64b0c0ffee00000000000004","tags":[],"description":""},"patch":null,"before":null,"snapshot":null,"undoes":""},"is_ambiguous":true,"tries":3,"runs":3}]}',1795604819000);
INSERT INTO "workflow_input" VALUES('T0KILLS:V000001','{"namedArgs":{},"positionalArgs":["bot",{"id":"T0KILLS:V000001","at":"2026-11-25T11:06:59.779902+00:00","team":"T0KILLS","user":"U000001","channel":"C000001","response_url":"","trigger":"form.1","view":"V000001","swaps":false,"is_command":false,"kind":"form","draft":{"name":"Sent off in the form of an old version","session_id":"64b0c0ffee00000000000001","owner_id":"64b0c0ffee00000000000003","tags":[],"description":"Why it matters"},"form":{"channel_id":"C000001","objective_id":"","form_id":"","locked":[]}},{}]}',1795604819000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_output" VALUES('T0KILLS:command.2','null',NULL,1795604814000);
INSERT INTO "workflow_output" VALUES('T0KILLS:command.2+1','null',NULL,1795604816000);
INSERT INTO "workflow_output" VALUES('T0KILLS:command.2+2','null',NULL,1795604819000);
CREATE TABLE workflow_schedules (
    schedule_id TEXT PRIMARY KEY,
    schedule_name TEXT NOT NULL UNIQUE,
    workflow_name TEXT NOT NULL,
    workflow_class_name TEXT,
    schedule TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE',
    context TEXT NOT NULL
, "last_fired_at" TEXT DEFAULT NULL, "automatic_backfill" BOOLEAN NOT NULL DEFAULT FALSE, "cron_timezone" TEXT DEFAULT NULL, "queue_name" TEXT DEFAULT NULL, "application_name" TEXT DEFAULT NULL);
CREATE TABLE workflow_status (
    workflow_uuid TEXT PRIMARY KEY,
    status TEXT,
    name TEXT,
    authenticated_user TEXT,
    assumed_role TEXT,
    authenticated_roles TEXT,
    request TEXT,
    output TEXT,
    error TEXT,
    executor_id TEXT,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    application_version TEXT,
    application_id TEXT,
    class_name TEXT DEFAULT NULL,
    config_name TEXT DEFAULT NULL,
    recovery_attempts INTEGER DEFAULT 0,
    queue_name TEXT,
    workflow_timeout_ms INTEGER,
    workflow_deadline_epoch_ms INTEGER,
    inputs TEXT,
    started_at_epoch_ms INTEGER,
    deduplication_id TEXT,
    priority INTEGER NOT NULL DEFAULT 0
, queue_partition_key TEXT, forked_from TEXT, "owner_xid" TEXT DEFAULT NULL, "parent_workflow_id" TEXT DEFAULT NULL, "serialization" TEXT DEFAULT NULL, "delay_until_epoch_ms" BIGINT DEFAULT NULL, "was_forked_from" BOOLEAN NOT NULL DEFAULT FALSE, "rate_limited" BOOLEAN NOT NULL DEFAULT FALSE, "completed_at" BIGINT, "attributes" TEXT, "schedule_name" TEXT, "debounce_deadline_epoch_ms" BIGINT DEFAULT NULL, "is_debounced" BOOLEAN NOT NULL DEFAULT FALSE, "application_name" TEXT DEFAULT NULL, "creator_xid" TEXT DEFAULT NULL);
INSERT INTO "workflow_status" VALUES('T0KILLS:command.2','SUCCESS','write',NULL,NULL,NULL,NULL,NULL,NULL,'alone',1795604814000,1795604814000,'1','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,1795604814000,'null',NULL,NULL,0,'okr-bot','eb645767-c6f7-439e-9814-35555601a53c');
INSERT INTO "workflow_status" VALUES('T0KILLS:command.2+1','SUCCESS','write',NULL,NULL,NULL,NULL,NULL,NULL,'alone',1795604814000,1795604816000,'1','',NULL,NULL,1,'later',NULL,NULL,NULL,1795604816000,NULL,0,NULL,NULL,NULL,'T0KILLS:command.2','portable_json',1795604816404,0,0,1795604816000,'null',NULL,NULL,0,'okr-bot','8beb5212-e3a3-4b36-9485-f30f003b057c');
INSERT INTO "workflow_status" VALUES('T0KILLS:command.2+2','SUCCESS','write',NULL,NULL,NULL,NULL,NULL,NULL,'alone',1795604816000,1795604819000,'1','',NULL,NULL,1,'later',NULL,NULL,NULL,1795604819000,NULL,0,NULL,NULL,NULL,'T0KILLS:command.2+1','portable_json',1795604818969,0,0,1795604819000,'null',NULL,NULL,0,'okr-bot','036993ef-30c0-49dd-921f-8b9e5f6b07c9');
INSERT INTO "workflow_status" VALUES('T0KILLS:command.2+3','DELAYED','write',NULL,NULL,NULL,NULL,NULL,NULL,'alone',1795604819000,1795604819000,'1','',NULL,NULL,0,'later',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'T0KILLS:command.2+2','portable_json',1795604823150,0,0,NULL,'null',NULL,NULL,0,'okr-bot','15d83031-d6f0-4e00-8a6d-c14eb590b87a');
INSERT INTO "workflow_status" VALUES('T0KILLS:V000001','PENDING','write',NULL,NULL,NULL,NULL,NULL,NULL,'alone',1795604819000,1795604819000,'1','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,'43ac8813-a7f0-4535-abfb-aba633afc100',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'okr-bot','43ac8813-a7f0-4535-abfb-aba633afc100');
CREATE INDEX forms_made_at ON forms (made_at);
CREATE INDEX changes_at ON changes (at);
CREATE INDEX changes_of_team ON changes (team_id, at, number);
CREATE INDEX changes_of_user ON changes (team_id, user_id, at, number);
CREATE INDEX changes_of_objective ON changes (team_id, objective_id, at, number);
CREATE INDEX changes_deleting ON changes (team_id, at, number) WHERE act = 'delete';
CREATE INDEX changes_restoring ON changes (team_id, objective_id) WHERE act = 'restore';
CREATE INDEX changes_renaming ON changes (team_id, former_id) WHERE former_id <> '';
CREATE INDEX changes_undoing ON changes (team_id, undoes) WHERE undoes <> '';
CREATE TRIGGER changes_stay_as_they_are BEFORE UPDATE ON changes
    BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER changes_stay BEFORE DELETE ON changes
    WHEN NOT EXISTS (SELECT 1 FROM purges WHERE OLD.at < purges.before)
    BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER changes_are_not_replaced BEFORE INSERT ON changes
    WHEN EXISTS (SELECT 1 FROM changes WHERE team_id = NEW.team_id AND entry_id = NEW.entry_id)
      OR EXISTS (SELECT 1 FROM changes WHERE number = NEW.number)
    BEGIN SELECT RAISE(IGNORE); END;
CREATE INDEX claims_of_work ON claims (team_id, work_id);
CREATE INDEX claims_made_at ON claims (made_at);
CREATE INDEX origins_made_at ON origins (made_at);
CREATE INDEX okr_assignees_type ON okr_assignees (type, id);
CREATE INDEX okr_assignees_manager ON okr_assignees (manager_id);
CREATE INDEX okr_team_members_user ON okr_team_members (user_id);
CREATE INDEX okr_goals_session ON okr_goals (session_id);
CREATE INDEX okr_goals_owner ON okr_goals (owner_id);
CREATE INDEX okr_goals_parent ON okr_goals (parent_id);
CREATE INDEX okr_goals_modified ON okr_goals (modified_at);
CREATE INDEX okr_goals_former_parent ON okr_goals (former_parent_id) WHERE former_parent_id <> '';
CREATE INDEX okr_goals_deleted ON okr_goals (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX okr_goal_tags_tag ON okr_goal_tags (tag_id, goal_id);
CREATE INDEX okr_owners_owner ON okr_owners (owner_id, item_id);
CREATE INDEX okr_metrics_goal ON okr_metrics (goal_id);
CREATE INDEX okr_metrics_checked_in ON okr_metrics (checked_in_at);
CREATE INDEX okr_metrics_deleted ON okr_metrics (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX okr_check_ins_metric ON okr_check_ins (metric_id, checked_in_at);
CREATE INDEX workflow_status_created_at_index ON workflow_status (created_at);
CREATE INDEX idx_workflow_topic ON notifications (destination_uuid, topic);
CREATE INDEX "idx_workflow_status_delayed" ON "workflow_status" ("delay_until_epoch_ms") WHERE status = 'DELAYED';
CREATE INDEX "idx_workflow_status_forked_from" ON "workflow_status" ("forked_from") WHERE "forked_from" IS NOT NULL;
CREATE INDEX "idx_workflow_status_parent_workflow_id" ON "workflow_status" ("parent_workflow_id") WHERE "parent_workflow_id" IS NOT NULL;
CREATE UNIQUE INDEX "uq_workflow_status_dedup_id" ON "workflow_status" ("queue_name", "deduplication_id") WHERE "deduplication_id" IS NOT NULL;
CREATE INDEX "idx_workflow_status_pending" ON "workflow_status" ("created_at") WHERE "status" = 'PENDING';
CREATE INDEX "idx_workflow_status_failed" ON "workflow_status" ("status", "created_at") WHERE "status" IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED');
CREATE INDEX "idx_workflow_status_rate_limited" ON "workflow_status" ("queue_name", "started_at_epoch_ms") WHERE "rate_limited" = TRUE;
CREATE INDEX "idx_workflow_status_completed_at" ON "workflow_status" ("completed_at") WHERE "completed_at" IS NOT NULL;
CREATE INDEX "idx_workflow_status_started_at" ON "workflow_status" ("started_at_epoch_ms") WHERE "started_at_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_workflow_status_schedule_name" ON "workflow_status" ("schedule_name") WHERE "schedule_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_owner_version"
    ON application_versions ("application_name", "version_name")
    WHERE "application_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_unclaimed_version"
    ON application_versions ("version_name")
    WHERE "application_name" IS NULL;
CREATE INDEX idx_workflow_input_retention
    ON workflow_input (retention_timestamp);
CREATE INDEX idx_workflow_output_retention
    ON workflow_output (retention_timestamp);
CREATE INDEX idx_operation_outputs_retention
    ON operation_outputs (retention_timestamp);
CREATE INDEX "idx_workflow_status_in_flight_v2" ON "workflow_status" ("queue_name", "status", "priority", "created_at", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING');
CREATE INDEX "idx_workflow_status_partition_dequeue_v3" ON "workflow_status" ("queue_name", "status", "queue_partition_key", "priority", "created_at", "workflow_uuid", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING') AND "queue_partition_key" IS NOT NULL;
CREATE INDEX "idx_operation_outputs_completed_at_function_name_v2" ON "operation_outputs" ("completed_at_epoch_ms", "function_name", "application_name");
CREATE INDEX "idx_workflow_status_deadline" ON "workflow_status" ("workflow_deadline_epoch_ms") WHERE "status" IN ('ENQUEUED', 'PENDING', 'DELAYED') AND "workflow_deadline_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_application_versions_timestamp" ON "application_versions" ("version_timestamp" DESC);
CREATE INDEX "idx_application_versions_owner_timestamp" ON "application_versions" ("application_name", "version_timestamp" DESC);
DELETE FROM "sqlite_sequence";
COMMIT;
