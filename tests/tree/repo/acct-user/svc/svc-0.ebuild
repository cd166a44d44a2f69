EAPI=8

inherit acct-user

ACCT_USER_ID=990

acct-user_add_deps
