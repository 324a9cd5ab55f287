"""A small, valid runbook to spoil, and where the project is."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SMALL = """\
schema: 1
id: small
title: Small
source: {title: An article, read_on: 2026-11-21}
summary: Connects nothing.
parameters:
  update: {type: bool, default: false, help: writes stock levels}
  status: {type: str, default: Open, choices: [Open, Shut], help: status of the order}
account:
  menu: [Settings, API]
  token_type: V2/V3 API token
  name: "{customer} - Small"
  others: unstated
  scopes:
    - {row: Orders, level: read-only}
    - {row: Products, level: modify, when: {update: true}}
  dialog: {fields: [Client ID]}
handover:
  - {id: path, label: Path, value: "{api_path|without_version}"}
returned:
  - {id: cart_id, label: Cart ID}
steps:
  - {id: credentials, title: Credentials, collect: credentials}
  - {id: scopes, title: Scopes, check: scopes, needs: [credentials]}
  - id: test-order
    title: Test order
    check: test_order
    options: {status: "{status}"}
  - id: enter
    title: Enter the values
    side: vendor
    do: Type {{these}} in.
    handover: [path]
    returned: [cart_id]
    fields:
      - {label: Cart, value: "{cart_id}"}
    confirm: They are in
    needs: [scopes]
"""
