#!/bin/sh
# Checks an inspection copy of CellGuide without CellGuide: coreutils, grep, sed, awk and OpenSSL 3 are enough.
#
#   sh verify.sh [FOLDER] [ROOT.pem]      FOLDER: the copy, else where this script lies
#                                         ROOT.pem: the site's root certificate as you hold it yourself
#
# First line: the verdict, one of INTACT, BROKEN AT n, FOREIGN, DAMAGED. Exit 0 for INTACT, else 1.
# What each step proves, and what no script can prove, stands in VERIFY.txt.
set -u
LC_ALL=C
export LC_ALL
trusted=${2:-}
case $trusted in '' | /*) ;; *) trusted=$PWD/$trusted ;; esac
cd "${1:-$(dirname "$0")}" || exit 1
# In memory where there is such a place: the chain makes one small file for each line.
work=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

stop() { # verdict, where
    printf '%s\n  %s\n' "$1" "$2"
    exit 1
}
need() { [ -s "$1" ] || stop DAMAGED "$1 is missing or empty"; }
hash_of() { sha256sum "$1" | cut -c1-64; }
der_hash_of() { openssl x509 -in "$1" -outform DER 2>/dev/null | sha256sum | cut -c1-64; }

need audit.jsonl
need root.pem
need manifest.sha256
cat audit*.jsonl | grep -E '"obj":"(site|certificate|signature|record|checkpoint):' >"$work/claims"

# --- 1. The chain: `prev` of each line is the SHA-256 of the line before it, newline included. ---------------------
entries=0
for file in audit*.jsonl; do
    station=$(sed -n '1s/.*"ws":"\([A-Z]*\)"}$/\1/p' "$file")
    [ -n "$station" ] || stop 'BROKEN AT 1' "$file: no station"
    [ -z "$(tail -c 1 "$file")" ] || stop "BROKEN AT $(($(wc -l <"$file") + 1))" "$file: the last line does not end"
    hashes=$work/hashes-$station
    [ -e "$hashes" ] && stop 'BROKEN AT 1' "$file: station $station twice"
    mkdir "$work/chunk"
    split -l 20000 -a 5 "$file" "$work/chunk/"
    for chunk in "$work"/chunk/*; do
        mkdir "$work/lines"
        split -l 1 -a 5 "$chunk" "$work/lines/"
        (cd "$work/lines" && ls | xargs sha256sum) | cut -c1-64 >>"$hashes"
        rm -rf "$work/lines"
    done
    rm -rf "$work/chunk"
    { printf '%064d\n' 0; sed '$d' "$hashes"; } >"$work/wanted"
    sed 's/.*,"prev":"\([0-9a-f]*\)".*/\1/' "$file" >"$work/found"
    if ! cmp -s "$work/wanted" "$work/found"; then
        at=$(awk -v other="$work/wanted" '{ if ((getline w < other) <= 0 || w != $0) { print NR; exit } }' "$work/found")
        stop "BROKEN AT $at" "$file: line $at does not follow from the line before it"
    fi
    at=$(sed 's/.*,"seq":\([0-9]*\),.*/\1/' "$file" | awk '$0 != NR { print NR; exit }')
    [ -z "$at" ] || stop "BROKEN AT $at" "$file: line $at has another number"
    entries=$((entries + $(wc -l <"$hashes")))

    # --- 2. The station's key is the one that the entries list. -----------------------------------------------------
    need "station-$station.pub.pem"
    key=$(openssl pkey -pubin -in "station-$station.pub.pem" -outform DER 2>/dev/null | tail -c 32 | od -An -v -tx1 | tr -d ' \n')
    grep -q "\"stations\":{[^}]*\"$station\":\"$key\"" "$work/claims" || stop FOREIGN "station-$station.pub.pem is not listed"
done

# --- 3. Checkpoints: signed by the station's key, and what they say of the chain is so. ------------------------------
: >"$work/points"
: >"$work/notes"
for note in checkpoints/*.note; do
    [ -e "$note" ] || continue
    station=$(basename "$note" | cut -d- -f1)
    sed '/^$/,$d' "$note" >"$work/note.txt"
    sed -n 's/^— [^ ]* //p' "$note" | base64 -d 2>/dev/null | tail -c +5 >"$work/note.sig"
    openssl pkeyutl -verify -pubin -inkey "station-$station.pub.pem" -rawin -in "$work/note.txt" \
        -sigfile "$work/note.sig" >/dev/null 2>&1 || stop FOREIGN "$note is not signed by station $station"
    echo "$station $(sed -n 2p "$work/note.txt") $(sed -n 's/^chain-sha256 //p' "$work/note.txt") $note" >>"$work/points"
    awk '{ printf "%s\\n", $0 } END { print "" }' "$note" >>"$work/notes"
done
for hashes in "$work"/hashes-*; do
    station=${hashes##*-}
    bad=$(awk -v s="$station" -v file="$hashes" 'BEGIN { h[0] = sprintf("%064d", 0); while ((getline l < file) > 0) h[++n] = l }
        $1 == s && h[$2] != $3 { print $2, $4; exit }' "$work/points")
    [ -z "$bad" ] || stop "BROKEN AT ${bad% *}" "${bad#* } does not agree with the chain"
done
grep '"obj":"checkpoint:' "$work/claims" | sed 's/.*"note":"\([^"]*\)".*/\1/' | sort >"$work/wanted"
sort "$work/notes" | cmp -s - "$work/wanted" || stop FOREIGN "the notes in checkpoints/ are not those of the entries"

# --- 4. Certificates: the site's root, those it issued, and no others than the entries list. -------------------------
grep -q "\"root_sha256\":\"$(hash_of root.pem)\"" "$work/claims" || stop FOREIGN "root.pem is not the entries' root"
if [ -n "$trusted" ]; then
    [ "$(der_hash_of root.pem)" = "$(der_hash_of "$trusted")" ] || stop FOREIGN "root.pem is not the root that you trust"
fi
sed -n 's/.*"sha256":"\([0-9a-f]*\)".*"obj":"certificate:\([0-9a-f]*\)".*/\2 \1/p' "$work/claims" >"$work/listed"
while read -r serial digest; do
    need "certificates/$serial.pem"
    [ "$(der_hash_of "certificates/$serial.pem")" = "$digest" ] || stop FOREIGN "certificates/$serial.pem is not the listed one"
    openssl verify -no_check_time -CAfile root.pem "certificates/$serial.pem" >/dev/null 2>&1 ||
        stop FOREIGN "certificates/$serial.pem was not issued by root.pem"
    openssl x509 -in "certificates/$serial.pem" -pubkey -noout >"$work/$serial.pub"
done <"$work/listed"
[ "$(ls certificates 2>/dev/null | wc -l)" -eq "$(cut -d' ' -f1 "$work/listed" | sort -u | wc -l)" ] ||
    stop FOREIGN "certificates/ holds more than the entries list"

# --- 5. Statements: each signature in signatures.jsonl stands in an entry, and the listed key made it. ---------------
sed -n 's/.*\("signature":"[^"]*","statement":{.*}\)},"obj":"signature:.*/\1/p' "$work/claims" >"$work/wanted"
sed 's/^{"id":"[^"]*",\(.*\)}$/\1/' signatures.jsonl | cmp -s - "$work/wanted" ||
    stop BROKEN "signatures.jsonl does not say what the entries say"
signatures=0
while IFS= read -r line; do
    signatures=$((signatures + 1))
    printf '%s' "$line" | sed 's/^"signature":"[^"]*","statement"://' | tr -d '\n' >"$work/statement"
    printf '%s' "$line" | sed 's/^"signature":"\([^"]*\)".*/\1/' | base64 -d >"$work/statement.sig" 2>/dev/null
    serial=$(sed -n 's/^{"certificate":"\([0-9a-f]*\)".*/\1/p' "$work/statement")
    [ -s "$work/$serial.pub" ] || stop FOREIGN "signature $signatures: certificate $serial is not listed"
    openssl dgst -sha256 -verify "$work/$serial.pub" -signature "$work/statement.sig" "$work/statement" >/dev/null 2>&1 ||
        stop BROKEN "signature $signatures in signatures.jsonl"
    # One given inside a walk covers the lines about it up to then, each with its newline.
    run=$(sed -n 's/.*,"covers":"run_event",.*,"record":"\([^"]*\)","role":.*/\1/p' "$work/statement")
    [ -n "$run" ] || continue
    count=$(sed 's/.*,"version":\([0-9]*\)}$/\1/' "$work/statement")
    covered=$(cat audit*.jsonl | grep -F "\"obj\":\"run_event:$run/" | head -n "$count" | sha256sum | cut -c1-64)
    grep -q ",\"schema\":\"cellguide.statement/1\",\"sha256\":\"$covered\",\"signer\":" "$work/statement" ||
        stop BROKEN "signature $signatures covers other answers of $run"
done <"$work/wanted"

# --- 6. Records: every file is the registered one; a paper's signatures hold and its last one reaches the last byte. -
grep '"obj":"record:' "$work/claims" | grep -o '"\(pdf_\)\{0,1\}sha256":"[0-9a-f]*"' | grep -o '[0-9a-f]\{64\}' | sort -u >"$work/registered"
papers=0
for file in records/*; do
    [ -e "$file" ] || continue
    grep -q "$(hash_of "$file")" "$work/registered" || stop BROKEN "$file is not the registered file"
    case $file in *.pdf) ;; *) continue ;; esac
    papers=$((papers + 1))
    size=$(wc -c <"$file" | tr -d ' ')
    grep -a -o '/ByteRange *\[[^]]*\]' "$file" | tr -d '[]' | sed 's#/ByteRange *##' >"$work/ranges"
    count=0
    reach=$size
    while read -r a b c d; do
        count=$((count + 1))
        reach=$((c + d))
        { head -c "$b" "$file"; tail -c +$((c + 1)) "$file" | head -c "$d"; } >"$work/signed"
        tail -c +$((b + 2)) "$file" | head -c $((c - b - 2)) | tr a-f A-F | basenc --base16 -d >"$work/sig.p7" 2>/dev/null
        openssl cms -verify -inform DER -in "$work/sig.p7" -binary -content "$work/signed" -CAfile root.pem -purpose any \
            -no_check_time -cades -signer "$work/signer.pem" -out /dev/null >/dev/null 2>&1 ||
            stop BROKEN "$file: signature $count does not hold"
        grep -q " $(der_hash_of "$work/signer.pem")\$" "$work/listed" || stop FOREIGN "$file: the certificate of signature $count is not listed"
    done <"$work/ranges"
    [ "$reach" -eq "$size" ] || stop BROKEN "$file: the last signature ends at byte $reach of $size"
    id=$(basename "$file" .pdf)
    wanted=$(grep -F "\"record\":\"${id%-v*}\"" "$work/wanted" | grep -c "\"version\":${id##*-v}}\$")
    [ "$count" -eq "$wanted" ] || stop BROKEN "$file: $count signatures, $wanted are entered"
done

# --- 7. The manifest: every file as it was written, and no other. ---------------------------------------------------
sha256sum -c manifest.sha256 >"$work/checked" 2>&1 || stop DAMAGED "$(grep -v ': OK$' "$work/checked" | head -1)"
awk 'substr($2, 1, 6) == "files/" && substr($2, 7) != $1 { print $2; exit }' manifest.sha256 >"$work/misnamed"
[ ! -s "$work/misnamed" ] || stop DAMAGED "$(cat "$work/misnamed") does not carry its hash as its name"
find . -type f ! -path ./manifest.sha256 | sed 's#^\./##' | sort >"$work/there"
cut -c67- manifest.sha256 | sort | cmp -s - "$work/there" || stop DAMAGED "there are files that the manifest does not name"

echo INTACT
for hashes in "$work"/hashes-*; do
    echo "  station ${hashes##*-}: $(wc -l <"$hashes" | tr -d ' ') entries, head $(tail -n 1 "$hashes")"
done
echo "  $entries entries, $(wc -l <"$work/points" | tr -d ' ') checkpoints, $(wc -l <"$work/listed" | tr -d ' ') certificates, $signatures signatures, $papers papers"
