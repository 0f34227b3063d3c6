-- The legal moves of a seat, written here from protocol/states.py when the script is loaded.
local SEAT_MOVES = [[$seat_moves]]
