"""Tenants with campaigns and due leads, made by SQL, for the runs that need thousands of them."""

import psycopg

_TENANTS = """
WITH t AS (
    INSERT INTO tenants (slug, name, forms_a_day, domain_pause)
    SELECT 't' || n, 'Tenant ' || n, 1000000, 0
    FROM generate_series(1, %(tenants)s) m, LATERAL (SELECT count(*) + m AS n FROM tenants) t
    RETURNING id, slug
), m AS (
    INSERT INTO mailboxes (tenant_id, provider, address, settings, credentials, due_at)
    SELECT id, 'imap', slug || '@farm.example.com', '{}', '', '9999-01-01' FROM t RETURNING id, tenant_id
), s AS (
    INSERT INTO senders (tenant_id, mailbox_id, first_name, last_name, company)
    SELECT tenant_id, id, 'Camille', 'Perrin', 'Soleil' FROM m RETURNING id, tenant_id
)
INSERT INTO campaigns (tenant_id, name, sender_id, subject, body, language, state)
SELECT tenant_id, 'spring', id, 'A word', 'Hello {{ company }}, may we talk about your roof?', 'en', 'running'
FROM s
"""

_LEADS = """
INSERT INTO leads (tenant_id, campaign_id, company, website, domain, language)
SELECT c.tenant_id, c.id, 'Company ' || n, %(website)s, 'n' || n || '.c' || c.id || '.example', 'en'
FROM campaigns c, generate_series(1, %(leads)s) n WHERE c.tenant_id = ANY(%(ids)s)
"""

_SUBMISSIONS = """
INSERT INTO submissions (tenant_id, lead_id, campaign_id, domain, token, due_at)
SELECT l.tenant_id, l.id, l.campaign_id, l.domain, 'tok' || lpad(l.id::text, 9, '0'), now()
FROM leads l LEFT JOIN submissions s ON s.lead_id = l.id
WHERE s.id IS NULL AND l.tenant_id = ANY(%(ids)s) ORDER BY l.id
"""


def tenants(url: str, number: int) -> list[int]:
    """Make tenants with a running campaign each; their ids."""
    with psycopg.connect(url) as connection:
        connection.execute(_TENANTS, {"tenants": number})
        return [
            row[0] for row in connection.execute("SELECT id FROM tenants ORDER BY id DESC LIMIT %s", [number])
        ]


def leads(url: str, ids: list[int], each: int, website: str = "http://127.0.0.1:9/") -> None:
    """Add due leads to each tenant, every one on a domain of its own."""
    with psycopg.connect(url) as connection:
        given = {"ids": ids, "leads": each, "website": website}
        connection.execute(_LEADS, given)
        connection.execute(_SUBMISSIONS, given)
