/** The operations for machines. Written by `make clients`: change the server's types, not this file. */

export const OPERATIONS = {
  get_audit: {"method": "GET", "path": "/api/audit", "query": ["subject", "actor", "action", "before", "limit"], "takes": ["subject", "actor", "action", "before", "limit"], "isJson": true, "isRepeatable": true, "paging": null},
  get_catalogue: {"method": "GET", "path": "/api/catalogue", "query": ["after", "limit", "locale"], "takes": ["after", "limit", "locale"], "isJson": true, "isRepeatable": true, "paging": {"items": "items", "next": "after", "parameter": "after"}},
  get_catalogue_search: {"method": "GET", "path": "/api/catalogue/search", "query": ["q", "limit", "locale", "district"], "takes": ["q", "limit", "locale", "district"], "isJson": true, "isRepeatable": true, "paging": null},
  get_documents_document: {"method": "GET", "path": "/api/documents/{document}", "query": ["download"], "takes": ["document", "download"], "isJson": false, "isRepeatable": true, "paging": null},
  get_documents_document_pages: {"method": "GET", "path": "/api/documents/{document}/pages", "query": [], "takes": ["document"], "isJson": true, "isRepeatable": true, "paging": null},
  get_documents_document_pages_page: {"method": "GET", "path": "/api/documents/{document}/pages/{page}", "query": [], "takes": ["document", "page"], "isJson": false, "isRepeatable": true, "paging": null},
  get_events: {"method": "GET", "path": "/api/events", "query": ["after", "limit", "wait_s"], "takes": ["after", "limit", "wait_s"], "isJson": true, "isRepeatable": true, "paging": null},
  get_events_kinds: {"method": "GET", "path": "/api/events/kinds", "query": [], "takes": [], "isJson": true, "isRepeatable": true, "paging": null},
  get_items_item: {"method": "GET", "path": "/api/items/{item}", "query": ["locale"], "takes": ["item", "locale"], "isJson": true, "isRepeatable": true, "paging": null},
  get_public: {"method": "GET", "path": "/api/public", "query": ["locale", "site", "booth"], "takes": ["locale", "site", "booth"], "isJson": true, "isRepeatable": true, "paging": null},
  get_sessions: {"method": "GET", "path": "/api/sessions", "query": ["number", "receipt", "day", "from", "to", "seat", "item", "district", "ticket", "outcome", "unanswered", "cursor", "limit"], "takes": ["number", "receipt", "day", "from", "to", "seat", "item", "district", "ticket", "outcome", "unanswered", "cursor", "limit"], "isJson": true, "isRepeatable": true, "paging": {"items": "sessions", "next": "cursor", "parameter": "cursor"}},
  get_sessions_csv: {"method": "GET", "path": "/api/sessions.csv", "query": ["number", "receipt", "day", "from", "to", "seat", "item", "district", "ticket", "outcome", "unanswered"], "takes": ["number", "receipt", "day", "from", "to", "seat", "item", "district", "ticket", "outcome", "unanswered"], "isJson": false, "isRepeatable": true, "paging": null},
  get_sessions_session: {"method": "GET", "path": "/api/sessions/{session}", "query": [], "takes": ["session"], "isJson": true, "isRepeatable": true, "paging": null},
  get_wallboard: {"method": "GET", "path": "/api/wallboard", "query": [], "takes": [], "isJson": true, "isRepeatable": true, "paging": null},
  post_checks: {"method": "POST", "path": "/api/checks", "query": [], "takes": ["body"], "isJson": true, "isRepeatable": false, "paging": null},
  post_seats_seat_pause: {"method": "POST", "path": "/api/seats/{seat}/pause", "query": [], "takes": ["seat", "body"], "isJson": true, "isRepeatable": false, "paging": null},
};
