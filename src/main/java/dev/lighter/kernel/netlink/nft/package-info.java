/** The packet filter nf_tables and its connection tracking, by messages: tables, chains, sets, maps, rules, all changed in transactions. */
@NullMarked
package dev.lighter.kernel.netlink.nft;

import org.jspecify.annotations.NullMarked;
