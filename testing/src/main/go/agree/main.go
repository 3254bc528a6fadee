// Agree asks transparency-log software by others what it thinks of ours: Go's own checksum database
// (golang.org/x/mod/sumdb) and the libraries of transparency-dev.
//
//	agree check < claims   reads what the ledger claims, and ends with an error at the first claim that does not hold
//	agree prove SEED N     writes N proofs of random entries of random trees, each as one line of JSON
package main

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	mathrand "math/rand"
	"os"
	"strconv"
	"strings"

	fnote "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == "check":
		err = check()
	case len(os.Args) == 4 && os.Args[1] == "prove":
		err = prove(number(os.Args[2]), number(os.Args[3]))
	default:
		err = fmt.Errorf("usage: agree check | agree prove SEED N")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check() error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	held := map[string]int{}
	var tree grown
	for lines.Scan() {
		claim := strings.Fields(lines.Text())
		if err := holds(&tree, claim); err != nil {
			return fmt.Errorf("%s: %w", lines.Text(), err)
		}
		held[claim[0]]++
	}
	fmt.Println(held)
	return lines.Err()
}

func holds(tree *grown, claim []string) error {
	switch claim[0] {
	case "root": // SIZE ROOT, of the tree over entries "entry 0", "entry 1" ...
		return tree.rootIs(number(claim[1]), hash(claim[2]))
	case "inclusion": // INDEX SIZE LEAF ROOT PATH...
		return included(number(claim[1]), number(claim[2]), hash(claim[3]), hash(claim[4]), hashes(claim[5:]))
	case "consistency": // OLD NEW OLDROOT NEWROOT PROOF...
		return consistent(number(claim[1]), number(claim[2]), hash(claim[3]), hash(claim[4]), hashes(claim[5:]))
	case "tile": // LEVEL INDEX WIDTH PATH
		t := tlog.Tile{H: 8, L: int(number(claim[1])), N: number(claim[2]), W: int(number(claim[3]))}
		if path := strings.Replace(t.Path(), "tile/8/", "tile/", 1); path != claim[4] {
			return fmt.Errorf("its path is %s", path)
		}
		return nil
	case "note": // NOTE KEY: signed by a log
		verifier, err := note.NewVerifier(claim[2])
		if err != nil {
			return err
		}
		_, err = note.Open(decoded(claim[1]), note.VerifierList(verifier))
		return err
	case "cosigned": // NOTE KEY: signed by a witness
		verifier, err := fnote.NewVerifierForCosignatureV1(claim[2])
		if err != nil {
			return err
		}
		_, err = note.Open(decoded(claim[1]), note.VerifierList(verifier))
		return err
	}
	return fmt.Errorf("no such claim")
}

// grown is a tree that only gets larger, as tlog keeps it.
type grown struct {
	size   int64
	stored []tlog.Hash
}

func (g *grown) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var read []tlog.Hash
	for _, index := range indexes {
		read = append(read, g.stored[index])
	}
	return read, nil
}

func entry(n int64) []byte { return []byte(fmt.Sprintf("entry %d", n)) }

func (g *grown) grow(size int64) error {
	for ; g.size < size; g.size++ {
		more, err := tlog.StoredHashes(g.size, entry(g.size), g)
		if err != nil {
			return err
		}
		g.stored = append(g.stored, more...)
	}
	return nil
}

func (g *grown) rootIs(size int64, claimed []byte) error {
	if size == 0 {
		if string(claimed) != string(rfc6962.DefaultHasher.EmptyRoot()) {
			return fmt.Errorf("it is not that of the empty tree")
		}
		return nil
	}
	if err := g.grow(size); err != nil {
		return err
	}
	root, err := tlog.TreeHash(size, g)
	if err == nil && string(root[:]) != string(claimed) {
		err = fmt.Errorf("it is %s", root)
	}
	return err
}

func included(index, size int64, leaf, root []byte, path [][]byte) error {
	if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(index), uint64(size), leaf, path, root); err != nil {
		return err
	}
	return tlog.CheckRecord(proofOf(path), size, tlogHash(root), index, tlogHash(leaf))
}

func consistent(older, newer int64, olderRoot, newerRoot []byte, path [][]byte) error {
	if err := proof.VerifyConsistency(
		rfc6962.DefaultHasher, uint64(older), uint64(newer), path, olderRoot, newerRoot); err != nil {
		return err
	}
	if older == 0 {
		return nil // tlog knows no empty tree
	}
	return tlog.CheckTree(tlog.TreeProof(proofOf(path)), newer, tlogHash(newerRoot), older, tlogHash(olderRoot))
}

// prove writes proofs as the ledger's own API would, made and signed by others' code.
func prove(seed, count int64) error {
	random := mathrand.New(mathrand.NewSource(seed))
	secret, public, err := note.GenerateKey(rand.Reader, "log.example/agree")
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return err
	}
	var tree grown
	out := json.NewEncoder(os.Stdout)
	for i := int64(0); i < count; i++ {
		size := 1 + random.Int63n(50_000)
		index := random.Int63n(size)
		older := 1 + random.Int63n(size)
		if err := tree.grow(size); err != nil {
			return err
		}
		inclusion, err := tlog.ProveRecord(size, index, &tree)
		if err != nil {
			return err
		}
		consistency, err := tlog.ProveTree(size, older, &tree)
		if err != nil {
			return err
		}
		newest, err := checkpoint(signer, &tree, size)
		if err != nil {
			return err
		}
		oldest, err := checkpoint(signer, &tree, older)
		if err != nil {
			return err
		}
		if err := out.Encode(map[string]any{
			"key": public, "index": index, "leaf": entry(index), "inclusion": inclusion,
			"checkpoint": newest, "older": oldest, "consistency": consistency,
		}); err != nil {
			return err
		}
	}
	return nil
}

func checkpoint(signer note.Signer, tree *grown, size int64) (string, error) {
	root, err := tlog.TreeHash(size, tree)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", signer.Name(), size, base64.StdEncoding.EncodeToString(root[:]))
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	return string(signed), err
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func decoded(text string) []byte {
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return bytes
}

func hash(text string) []byte { return decoded(text) }

func hashes(texts []string) [][]byte {
	var all [][]byte
	for _, text := range texts {
		all = append(all, hash(text))
	}
	return all
}

func tlogHash(hash []byte) tlog.Hash {
	var h tlog.Hash
	copy(h[:], hash)
	return h
}

func proofOf(path [][]byte) tlog.RecordProof {
	var p tlog.RecordProof
	for _, hash := range path {
		p = append(p, tlogHash(hash))
	}
	return p
}
