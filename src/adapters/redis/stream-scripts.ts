/**
 * What has to happen on the server in one piece, in the scripting language of Redis 7. A script that fails has changed nothing.
 */

/** At most so many messages claimed by one run: what the language can pass to a command. */
export const CLAIM_LIMIT = 1000

/**
 * Takes over pending messages, oldest first. KEYS: stream. ARGV: group, consumer, least idle time (ms), count. Returns `[id, fields, deliveries]` of each:
 * the command alone would not tell how often a message has been delivered.
 */
export const CLAIM = `
local idle = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', ARGV[4])
if #idle == 0 then return {} end
local claim, deliveries = {'XCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3]}, {}
for _, pending in ipairs(idle) do
  claim[#claim + 1] = pending[1]
  deliveries[pending[1]] = pending[4] + 1
end
local claimed = redis.call(unpack(claim))
for _, entry in ipairs(claimed) do entry[3] = deliveries[entry[1]] end
return claimed
`

/**
 * What a group has not acknowledged or not read. KEYS: stream. ARGV: group, limit. Returns how many messages, at most one more than the limit, and the fields
 * of the first, or null. Without the group it is the whole stream.
 */
export const BACKLOG = `
if redis.call('EXISTS', KEYS[1]) == 0 then return {0, false} end
local from, pending, first = '-', 0, nil
for _, pairs in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = {}
  for at = 1, #pairs, 2 do group[pairs[at]] = pairs[at + 1] end
  if group['name'] == ARGV[1] then
    from, pending = '(' .. group['last-delivered-id'], group['pending']
    if pending > 0 then first = redis.call('XPENDING', KEYS[1], ARGV[1])[2] end
  end
end
local most = tonumber(ARGV[2]) + 1
local unread = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', most)
local oldest = unread[1]
if first then oldest = redis.call('XRANGE', KEYS[1], first, first)[1] end
return {math.min(pending + #unread, most), oldest and oldest[2] or false}
`

/** At most so many messages dropped by one run, so that the server serves others in between. */
export const TRIM_LIMIT = 500

/**
 * Drops messages from the oldest on, up to the first that some group has not acknowledged. KEYS: stream. ARGV: length to keep, most messages to drop.
 * Returns how many went.
 */
export const TRIM = `
local function isBefore(left, right)
  local leftMs, leftNumber = string.match(left, '^(%d+)-(%d+)$')
  local rightMs, rightNumber = string.match(right, '^(%d+)-(%d+)$')
  if leftMs ~= rightMs then return tonumber(leftMs) < tonumber(rightMs) end
  return tonumber(leftNumber) < tonumber(rightNumber)
end

local length = redis.call('XLEN', KEYS[1])
local surplus = math.min(length - tonumber(ARGV[1]), tonumber(ARGV[2]))
if surplus <= 0 then return 0 end

local stays
local function keep(id)
  if id and (not stays or isBefore(id, stays)) then stays = id end
end

for _, pairs in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = {}
  for at = 1, #pairs, 2 do group[pairs[at]] = pairs[at + 1] end
  if group['pending'] > 0 then keep(redis.call('XPENDING', KEYS[1], group['name'])[2]) end
  local unread = redis.call('XRANGE', KEYS[1], '(' .. group['last-delivered-id'], '+', 'COUNT', 1)[1]
  keep(unread and unread[1])
end

local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', surplus + 1)
local next = oldest[surplus + 1]
keep(next and next[1])
if stays then return redis.call('XTRIM', KEYS[1], 'MINID', '=', stays) end
return redis.call('XTRIM', KEYS[1], 'MAXLEN', '=', length - surplus)
`

/** Removes a group, where there is a stream to remove it from. */
export const REMOVE_GROUP = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('XGROUP', 'DESTROY', KEYS[1], ARGV[1])
`
