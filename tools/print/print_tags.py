"""Tags for those who listen: the structure trees of the printed chapters become that of the book."""

from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject, NumberObject, TextStringObject

FORMULA = "\u2063"  # how the text of a formula begins, until it is tagged as one
EMPTY = {"/NonStruct", "/Div"}  # boxes that say nothing
PLAIN = {"/Strong": "/Span", "/Em": "/Span"}  # of PDF 2.0, which readers of today do not know
PICTURES = {"/Figure", "/Formula"}
KEPT = ("/Alt", "/A", "/Lang", "/ActualText")


class Tags:
    """The structure tree of a document that is put together of others."""

    def __init__(self, writer):
        self.writer, self.owners = writer, []
        self.root = writer._add_object(DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")}))
        self.book = self.element("/Document", self.root)

    def element(self, kind, above, source=()):
        """A new element below another."""
        found = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/StructElem"),
                NameObject("/S"): NameObject(kind),
                NameObject("/P"): above,
                NameObject("/K"): ArrayObject(),
            }
        )
        for key in KEPT:
            if key in source:
                found[NameObject(key)] = source[key].get_object().clone(self.writer)
        attributes = found.get("/A", {})
        for one in attributes if isinstance(attributes, list) else [attributes]:
            one.pop("/Headers", None)  # by names that other chapters have too; the scope of a heading says the same
        reference = self.writer._add_object(found)
        self.put(above, reference)
        return reference

    @staticmethod
    def put(above, kid):
        above.get_object().setdefault(NameObject("/K"), ArrayObject()).append(kid)

    def add(self, reader, leaves):
        """The tags of a document whose pages are `leaves` of the writer's."""
        self.leaves, self.links, self.first = {}, {}, len(self.owners)
        for page, leaf in zip(reader.pages, leaves, strict=True):
            leaf[NameObject("/StructParents")] = NumberObject(len(self.owners))
            self.leaves[page.indirect_reference.idnum] = leaf
            self.owners.append(ArrayObject())
            pairs = zip(page.get("/Annots", []), leaf.get("/Annots", []), strict=True)
            self.links |= {old.idnum: new for old, new in pairs}
        self.copy(reader.root_object["/StructTreeRoot"]["/K"], self.book, None)

    def copy(self, node, above, page):
        """A node of the other tree, and all below it."""
        node = node.get_object()
        if isinstance(node, list):
            for one in node:
                self.copy(one, above, page)
        elif isinstance(node, int):
            self.mark(node, above, page)
        elif node.get("/Type") == "/MCR":
            self.mark(node["/MCID"], above, node.raw_get("/Pg") if "/Pg" in node else page)
        elif node.get("/Type") == "/OBJR":
            self.link(node, above)
        else:
            page = node.raw_get("/Pg") if "/Pg" in node else page
            self.copy(node.get("/K", []), self.kept(node, above), page)

    def kept(self, node, above):
        """Where what is in a node belongs: an element for it, or the one above if it says nothing."""
        kind, inside = node["/S"], above.get_object()["/S"]
        if kind in EMPTY or kind == "/Document" or inside in PICTURES:
            return above
        if kind != "/Figure":
            return self.element(PLAIN.get(kind, kind), above, node)
        if "/Alt" not in node:  # a figure of the page, around a picture and its caption
            return self.element("/Div", above, node)
        formula = node["/Alt"].startswith(FORMULA)
        found = self.element("/Formula" if formula else kind, above, node)
        found.get_object()[NameObject("/Alt")] = TextStringObject(node["/Alt"].removeprefix(FORMULA))
        return found

    def mark(self, number, above, page):
        """A piece of a page's content belongs to an element."""
        leaf, element = self.leaves[page.idnum], above.get_object()
        owners = self.owners[leaf["/StructParents"]]
        owners.extend(above for _ in range(number + 1 - len(owners)))
        owners[number] = above
        here = element.setdefault(NameObject("/Pg"), leaf.indirect_reference)
        if here == leaf.indirect_reference:
            self.put(above, NumberObject(number))
        else:
            kid = {"/Type": NameObject("/MCR"), "/Pg": leaf.indirect_reference, "/MCID": NumberObject(number)}
            self.put(above, DictionaryObject({NameObject(key): value for key, value in kid.items()}))

    def link(self, node, above):
        link = self.links.get(node.raw_get("/Obj").idnum)
        if link is None:
            return
        link.get_object()[NameObject("/StructParent")] = NumberObject(len(self.owners))
        self.owners.append(above)
        kid = {"/Type": NameObject("/OBJR"), "/Obj": link}
        self.put(above, DictionaryObject({NameObject(key): value for key, value in kid.items()}))

    def close(self):
        """Hang the tree into the document."""
        numbers = ArrayObject()
        for k, owner in enumerate(self.owners):
            held = self.writer._add_object(owner) if isinstance(owner, ArrayObject) else owner
            numbers.extend([NumberObject(k), held])
        tree = DictionaryObject({NameObject("/Nums"): numbers})
        root = self.root.get_object()
        root[NameObject("/ParentTree")] = self.writer._add_object(tree)
        root[NameObject("/ParentTreeNextKey")] = NumberObject(len(self.owners))
        catalog = self.writer.root_object
        catalog[NameObject("/StructTreeRoot")] = self.root
        catalog[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
