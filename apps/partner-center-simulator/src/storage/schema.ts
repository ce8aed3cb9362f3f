/** Every table with the index its reads need: no call scans all customers. */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS customers (
  tenant TEXT PRIMARY KEY, description TEXT NOT NULL, name TEXT NOT NULL, domain TEXT NOT NULL, country TEXT NOT NULL,
  contact_email TEXT, invitation TEXT NOT NULL, answers_after TEXT NOT NULL, users INTEGER NOT NULL, directory_access TEXT NOT NULL,
  invited_at TEXT, answered TEXT, relationship TEXT NOT NULL DEFAULT 'none', directory_at TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS customers_related ON customers (tenant) WHERE relationship = 'reseller';

CREATE TABLE IF NOT EXISTS originals (
  tenant TEXT NOT NULL, subscription_id TEXT NOT NULL, sku TEXT NOT NULL, seats INTEGER NOT NULL, program TEXT NOT NULL,
  at_end TEXT NOT NULL, term_end TEXT NOT NULL, state TEXT NOT NULL, ended_at TEXT, described TEXT NOT NULL,
  PRIMARY KEY (tenant, subscription_id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS first_licenses (tenant TEXT NOT NULL, sku TEXT NOT NULL, users INTEGER NOT NULL, PRIMARY KEY (tenant, sku)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS changed_licenses (
  tenant TEXT NOT NULL, user_number INTEGER NOT NULL, sku TEXT NOT NULL, held INTEGER NOT NULL, PRIMARY KEY (tenant, user_number, sku)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS consumption_changes (tenant TEXT NOT NULL, sku TEXT NOT NULL, seats INTEGER NOT NULL, PRIMARY KEY (tenant, sku)) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS catalog_rotations (item TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS carts (
  id TEXT PRIMARY KEY, tenant TEXT NOT NULL, created_at TEXT NOT NULL, modified_at TEXT NOT NULL, expires_at TEXT NOT NULL,
  status TEXT NOT NULL, lines TEXT NOT NULL, request_id TEXT NOT NULL, refused_once INTEGER NOT NULL DEFAULT 0, result TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS carts_by_request ON carts (tenant, request_id);

CREATE TABLE IF NOT EXISTS orders (
  id TEXT PRIMARY KEY, tenant TEXT NOT NULL, cart_id TEXT NOT NULL, request_id TEXT NOT NULL, created_at TEXT NOT NULL,
  visible_at TEXT NOT NULL, listed_at TEXT NOT NULL, status TEXT NOT NULL, billing_cycle TEXT NOT NULL, lines TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS orders_by_tenant ON orders (tenant, created_at);
CREATE TABLE IF NOT EXISTS failed_provisionings (tenant TEXT NOT NULL, sku TEXT NOT NULL, PRIMARY KEY (tenant, sku)) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS subscriptions (
  id TEXT PRIMARY KEY, tenant TEXT NOT NULL, order_id TEXT NOT NULL, sku TEXT NOT NULL, catalog_item TEXT NOT NULL, friendly_name TEXT NOT NULL,
  quantity INTEGER NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL, effective_from TEXT NOT NULL, commitment_end TEXT NOT NULL,
  cancel_until TEXT NOT NULL, term TEXT NOT NULL, billing_cycle TEXT NOT NULL, auto_renew INTEGER NOT NULL, scheduled_actions TEXT, ended_at TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS subscriptions_by_tenant ON subscriptions (tenant, created_at);

CREATE TABLE IF NOT EXISTS timers (id INTEGER PRIMARY KEY AUTOINCREMENT, due TEXT NOT NULL, kind TEXT NOT NULL, owner TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS timers_by_due ON timers (due, id);
CREATE INDEX IF NOT EXISTS timers_by_owner ON timers (kind, owner);

CREATE TABLE IF NOT EXISTS outbox (
  id TEXT PRIMARY KEY, receiver TEXT NOT NULL, customer TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, created_at TEXT NOT NULL,
  state TEXT NOT NULL, attempts TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outbox_unaddressed ON outbox (id) WHERE state = 'unaddressed';

CREATE TABLE IF NOT EXISTS mails (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL UNIQUE, customer TEXT, kind TEXT, at TEXT NOT NULL,
  sender TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS mails_by_customer ON mails (customer, seq);

CREATE TABLE IF NOT EXISTS ledger (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, customer TEXT NOT NULL, entry TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ledger_by_customer ON ledger (customer, seq);

CREATE TABLE IF NOT EXISTS calls (
  endpoint TEXT NOT NULL, customer TEXT NOT NULL, minute TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (minute, endpoint, customer)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS faults (name TEXT PRIMARY KEY, rate REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS validation_events (id TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
`;
