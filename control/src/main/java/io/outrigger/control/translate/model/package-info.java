/** The records that translators take: the mesh as one proxy sees it, all policy applied. Values. */
@NullMarked
package io.outrigger.control.translate.model;

import org.jspecify.annotations.NullMarked;
